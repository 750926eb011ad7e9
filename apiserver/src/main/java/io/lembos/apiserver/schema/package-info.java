/**
 * What an object of a kind may look like, and the walks over an {@code ObjectNode} that follow from it: decoding with
 * unknown and duplicate fields found ({@link io.lembos.apiserver.schema.ObjectDecoder}, {@link
 * io.lembos.apiserver.schema.FieldCheck}), defaults ({@link io.lembos.apiserver.schema.Defaulter}), one written form per
 * value ({@link io.lembos.apiserver.schema.Canonicalizer}). Knows no kind by name and no HTTP.
 *
 * <p>Schemas are immutable and shared between threads; a definition is read from the class path on first use.
 */
package io.lembos.apiserver.schema;
