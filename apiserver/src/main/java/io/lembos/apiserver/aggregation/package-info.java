/**
 * The aggregation layer: groups and versions that another server answers for, registered by an APIService. Requests go on to
 * that server in the name of whoever made them; discovery and OpenAPI name its kinds beside our own.
 *
 * <p>{@link io.lembos.apiserver.aggregation.RemoteVersions} knows what is registered, {@link
 * io.lembos.apiserver.aggregation.ApiProxy} passes requests on, {@link
 * io.lembos.apiserver.aggregation.AvailabilityController} asks each server whether it is there.
 */
package io.lembos.apiserver.aggregation;
