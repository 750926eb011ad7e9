package io.lembos.apiserver.authz.rbac;

/**
 * A Role or, with an empty namespace, a ClusterRole.
 *
 * @param namespace empty for a ClusterRole
 */
record RoleKey(String namespace, String name) {}
