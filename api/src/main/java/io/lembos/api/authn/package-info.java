/** Who makes a request. Client certificates of the cluster's authority so far; each authenticator answers or passes. */
package io.lembos.api.authn;
