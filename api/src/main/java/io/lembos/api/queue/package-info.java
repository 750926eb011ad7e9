/** The work queue between informers and reconcilers, as in client-go's {@code util/workqueue}. */
package io.lembos.api.queue;
