import { ForbiddenPage } from '../../src/frame/forbidden-page.tsx'

const Forbidden = () => <ForbiddenPage />

export default Forbidden
