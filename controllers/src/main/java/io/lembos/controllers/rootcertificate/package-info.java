/** Sees to it that pods of every namespace find the certificate by which they know the API server. */
package io.lembos.controllers.rootcertificate;
