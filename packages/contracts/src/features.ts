import { z } from 'zod'
import { gather, type WordsOf } from './gather.ts'

/** What a plan either gives or does not. */
export type Feature = keyof WordsOf<'features'>

/** What each feature gives, as it completes “It includes …”. */
export const featureNames: Readonly<Record<Feature, string>> = gather('features')
export const features = Object.keys(featureNames) as [Feature, ...Feature[]]
export const Feature = z.enum(features)
