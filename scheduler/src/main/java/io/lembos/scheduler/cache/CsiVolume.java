package io.lembos.scheduler.cache;

/**
 * A volume as its CSI driver knows it: attached to a node once, however many pods there use it.
 *
 * @param driver name of the driver
 * @param handle the driver's name of the volume
 */
public record CsiVolume(String driver, String handle) {}
