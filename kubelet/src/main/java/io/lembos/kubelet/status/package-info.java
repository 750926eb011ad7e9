/** Pod statuses: computed from what the runtime reports, written to the API server when they change. */
package io.lembos.kubelet.status;
