/** What the server counts, under the names that monitoring of Kubernetes knows ({@code /metrics}, Prometheus' text format). */
package io.lembos.apiserver.metrics;
