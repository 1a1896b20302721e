import { readEnv } from '@insula/contracts/env'
import { z } from 'zod'

const DbEnv = z.object({
  MONGODB_URI: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\//, 'must be a MongoDB address')
    .meta({ example: 'mongodb://db.example.com:27017/insula?replicaSet=rs0' }),
})

export const dbEnv = () => readEnv(DbEnv)
