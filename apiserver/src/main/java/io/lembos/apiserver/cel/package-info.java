/**
 * Rules in the Common Expression Language over custom resources, {@code x-kubernetes-validations}: {@link
 * io.lembos.apiserver.cel.RuleCompiler} turns the rules of a schema into programs or says what is wrong with them, {@link
 * io.lembos.apiserver.cel.RuleSet} asks them. Parsing, checking and running are dev.cel's; the types come from the
 * structural schema, the functions that Kubernetes adds are here.
 *
 * <p>Nothing here is loaded before the first rule. Everything is immutable and safe for many threads.
 */
package io.lembos.apiserver.cel;
