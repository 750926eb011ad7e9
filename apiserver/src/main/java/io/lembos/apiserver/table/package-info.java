/**
 * How objects look in {@code kubectl get}: {@link io.lembos.apiserver.table.TableBuilder} makes the Table of a list,
 * {@link io.lembos.apiserver.table.PartialMetadata} the metadata-only form. Which columns a kind has is data of the kind;
 * computed cells are named, pure functions of object and time in the {@code *Cells} classes.
 */
package io.lembos.apiserver.table;
