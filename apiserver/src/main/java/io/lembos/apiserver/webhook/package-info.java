/**
 * Calls to webhooks: {@link io.lembos.apiserver.webhook.Webhook} says where one listens and whom it must be, {@link
 * io.lembos.apiserver.webhook.WebhookCaller} asks it. Safe for many threads.
 */
package io.lembos.apiserver.webhook;
