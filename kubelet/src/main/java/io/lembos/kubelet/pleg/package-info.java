/** Pod lifecycle events: notices what happened on the runtime. */
package io.lembos.kubelet.pleg;
