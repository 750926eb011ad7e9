/** Our own container runtime: sandboxes and containers by an OCI runtime (runc) and a container monitor (conmon). */
package io.lembos.runtime.oci;
