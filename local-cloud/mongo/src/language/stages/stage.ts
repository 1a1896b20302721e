import type { Collation } from '../collation.ts'
import { MongoError } from '../error.ts'
import type { Doc, Value } from '../value.ts'
import { isDoc } from '../value.ts'

/** What an aggregation stands in: its options, its clock and the other collections of its database. */
export interface PipelineContext {
  collation?: Collation | undefined
  vars?: ReadonlyMap<string, Value | undefined> | undefined
  now?: Date | undefined
  /**
   * The documents of a collection. The filter, where given, is a hint that lets an index narrow them; documents
   * that do not match it may still be among them.
   */
  collection?: ((name: string, filter?: Doc) => Iterable<Doc>) | undefined
  /** Whether an index finds documents by the equality of a field. */
  indexed?: ((name: string, field: string) => boolean) | undefined
}

/** A compiled stage; it takes documents only as they are asked for, where it can. */
export type Stage = (source: Iterable<Doc>) => Iterable<Doc>
/** Refuses stages that write inside the pipeline of another stage. */
export function refuseWriting(stages: Value | undefined, code: number, where: string): void {
  for (const stage of Array.isArray(stages) ? stages : []) {
    const name = isDoc(stage) ? stage.keys().next().value : undefined
    if (name === '$out' || name === '$merge')
      throw new MongoError(code, `${name} is not allowed within a ${where}'s sub-pipeline`)
  }
}

/** Compiles a stage's specification; `pipeline` compiles the pipelines inside it. */
export type StageParser = (spec: Value, context: PipelineContext, pipeline: PipelineCompiler) => Stage
type PipelineCompiler = (stages: Value, context: PipelineContext) => Stage
