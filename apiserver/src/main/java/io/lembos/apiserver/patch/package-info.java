/**
 * The three patches of Kubernetes as pure functions: object and patch in, new object out, nothing changed. {@link
 * io.lembos.apiserver.patch.Patch} picks by content type; server-side apply is not one of them.
 */
package io.lembos.apiserver.patch;
