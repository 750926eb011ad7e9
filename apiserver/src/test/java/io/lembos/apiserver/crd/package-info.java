/** Tests of custom resources, over HTTPS as a client sees them. */
package io.lembos.apiserver.crd;
