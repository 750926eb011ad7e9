/** The cluster's own certificate authority and the certificates it signs. Files with keys are readable by their owner only. */
package io.lembos.bootstrap.pki;
