package io.lembos.scheduler.plugins.dynamicresources;

import io.lembos.scheduler.devices.OfferedDevice;

/** A device that was chosen for a request, or for one of its alternatives. */
record Choice(DeviceAsk ask, OfferedDevice device) {}
