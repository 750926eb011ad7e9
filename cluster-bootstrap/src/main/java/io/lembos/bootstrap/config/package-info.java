/** What a cluster is made of and where its files lie; written by the first {@code up}, read by everything after. */
package io.lembos.bootstrap.config;
