/**
 * Plugin DynamicResources: gives devices to the claims of pods. {@link
 * io.lembos.scheduler.plugins.dynamicresources.Search} decides, on an immutable state; {@link
 * io.lembos.scheduler.plugins.dynamicresources.ClaimWriter} tells the API server.
 */
package io.lembos.scheduler.plugins.dynamicresources;
