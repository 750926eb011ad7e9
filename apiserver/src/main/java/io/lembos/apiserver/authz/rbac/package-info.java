/**
 * Rights that users give each other: Roles and bindings, followed in the store and indexed by subject ({@link
 * io.lembos.apiserver.authz.rbac.RbacRules}).
 */
package io.lembos.apiserver.authz.rbac;
