/**
 * Objects as table rows, in the words of {@code kubectl get}. Pure functions from an object to a {@link
 * io.lembos.dashboard.rows.Row}; a row is a few hundred bytes whatever the size of the object.
 */
package io.lembos.dashboard.rows;
