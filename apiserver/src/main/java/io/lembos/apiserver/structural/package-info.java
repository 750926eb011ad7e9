/**
 * Structural schemas, the schemas of custom resources: what they say ({@link io.lembos.apiserver.structural.Structural}),
 * and what follows for an object: {@link io.lembos.apiserver.structural.Pruner} takes away what the schema does not know,
 * {@link io.lembos.apiserver.structural.StructuralDefaults} fills in, {@link
 * io.lembos.apiserver.structural.StructuralValidator} judges in the words of Kubernetes' validator.
 *
 * <p>Everything is immutable or a function that changes only the object it is given.
 */
package io.lembos.apiserver.structural;
