/**
 * Kinds that somebody defines with a CustomResourceDefinition. {@link io.lembos.apiserver.crd.StoredKinds} serves what the
 * store holds, {@link io.lembos.apiserver.crd.DefinitionController} says in each definition's status whether it is served
 * and clears up after one that is deleted, {@link io.lembos.apiserver.crd.DefinitionRules} refuses bad ones.
 *
 * <p>A definition is served exactly if the store says that it is established; there is no second truth in memory that could
 * lag behind. Schemas are read when the first object asks for them.
 */
package io.lembos.apiserver.crd;
