/** Sees to it that every namespace has the service account that pods use when they name none. */
package io.lembos.controllers.serviceaccount;
