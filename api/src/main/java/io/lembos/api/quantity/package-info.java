/** Amounts as Kubernetes writes them. Immutable values. */
package io.lembos.api.quantity;
