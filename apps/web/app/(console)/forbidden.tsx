import { ForbiddenPage } from '../../src/frame/in-place-of-pages.tsx'

const Forbidden = () => <ForbiddenPage />

export default Forbidden
