/**
 * The kinds that the server knows, as data: {@link io.lembos.apiserver.kinds.KindRegistry} looks up a {@link
 * io.lembos.apiserver.kinds.Kind} by what a request names, and a kind carries its schema, names, columns and selectable
 * fields. What a kind does by itself is a small {@link io.lembos.apiserver.kinds.KindStrategy}.
 *
 * <p>Everything here is immutable after construction and safe for many threads. Functions over objects change only the
 * {@code ObjectNode} they are given.
 */
package io.lembos.apiserver.kinds;
