/**
 * Who owns which field of an object, and server-side apply. Written anew after the behaviour of structured-merge-diff and
 * of apimachinery's managedfields.
 *
 * <p>From the bottom up: {@link io.lembos.apiserver.apply.PathElement} and {@link io.lembos.apiserver.apply.FieldSet} name
 * fields, {@link io.lembos.apiserver.apply.FieldsV1} is their written form. {@link io.lembos.apiserver.apply.Structure}
 * says how a schema takes a value apart; {@link io.lembos.apiserver.apply.Extraction}, {@link
 * io.lembos.apiserver.apply.Comparison}, {@link io.lembos.apiserver.apply.Merge} and {@link
 * io.lembos.apiserver.apply.Removal} walk objects by it. {@link io.lembos.apiserver.apply.Ownership} decides what a write
 * does to the owners of fields, and {@link io.lembos.apiserver.apply.FieldManager} is what the registry calls.
 *
 * <p>Everything here is pure: nothing reads a clock or the store.
 */
package io.lembos.apiserver.apply;
