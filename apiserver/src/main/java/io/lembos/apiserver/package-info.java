/**
 * The API server: {@code http} (request chain), {@code handlers} (one per verb), {@code registry} (objects of any kind),
 * {@code kinds} and {@code schema} (what kinds there are, as data), {@code store} (where objects are kept).
 */
package io.lembos.apiserver;
