/**
 * What makes an object acceptable, in Kubernetes' words: {@link io.lembos.apiserver.validation.Intake} is the way in for
 * handlers (decode, default, prepare, validate), {@link io.lembos.apiserver.validation.Validator} the judgement alone.
 *
 * <p>Three layers: metadata ({@link io.lembos.apiserver.validation.MetadataRules}), what the schema says ({@link
 * io.lembos.apiserver.validation.SchemaRules}), and a kind's own {@link io.lembos.apiserver.validation.Rules}. All are
 * pure: objects in, a list of causes out.
 */
package io.lembos.apiserver.validation;
