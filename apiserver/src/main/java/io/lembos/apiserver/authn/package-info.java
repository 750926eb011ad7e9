/**
 * Who makes a request, by bearer token: the tokens of service accounts, signed by the cluster's own key and bound to the
 * account and, if so asked, to a pod, a secret or a node.
 */
package io.lembos.apiserver.authn;
