/** Clients that others have written, unmodified, against a running server. */
package io.lembos.apiserver.clients;
