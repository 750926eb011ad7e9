/**
 * Devices that drivers offer, and the claims that hold them (KEP-4381), as a decision looks at them. Immutable, but for
 * verdicts that are remembered with a device.
 */
package io.lembos.scheduler.devices;
