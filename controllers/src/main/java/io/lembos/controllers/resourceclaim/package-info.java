/** Claims on devices: made for pods from templates, and freed when nobody uses them any more. */
package io.lembos.controllers.resourceclaim;
