/** The in-process transport of {@link io.lembos.api.client.Client}: no socket, no copy, the same checks. */
package io.lembos.apiserver.direct;
