/** Names and identities that every component shares: resource types, object keys, revisions. Immutable values. */
package io.lembos.api.meta;
