/** Which volumes fit which claims: what scheduler and controllers must agree on. */
package io.lembos.api.volumes;
