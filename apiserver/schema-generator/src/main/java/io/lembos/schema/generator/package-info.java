/**
 * Build-time only: turns the model classes of {@code io.kubernetes:client-java-api} and our own facts about fields and
 * kinds into the compact resources that the API server reads. Never part of a running process.
 *
 * <p>Main types: {@link io.lembos.schema.generator.GenerateSchemas} (what the build starts), {@link
 * io.lembos.schema.generator.ModelClasses} (which class is which definition), {@link
 * io.lembos.schema.generator.DefinitionWriter} (class to definition), {@link io.lembos.schema.generator.FieldFacts}
 * (facts laid over definitions), {@link io.lembos.schema.generator.KindFiles} (kind files to one table).
 */
package io.lembos.schema.generator;
