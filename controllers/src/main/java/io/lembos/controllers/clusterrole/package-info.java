/** Roles that are the sum of others: {@code admin}, {@code edit}, {@code view} and whatever users aggregate. */
package io.lembos.controllers.clusterrole;
