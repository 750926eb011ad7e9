/**
 * What the API server does with objects, whatever their kind: create, get, list, watch, update and delete over the
 * {@link io.lembos.apiserver.store.Store}, with resource versions, preconditions, finalizers and grace periods. Named as
 * in Kubernetes' {@code registry/generic}.
 */
package io.lembos.apiserver.registry;
