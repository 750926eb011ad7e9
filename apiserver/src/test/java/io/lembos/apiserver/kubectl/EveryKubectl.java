package io.lembos.apiserver.kubectl;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A class of tests that runs once with every kubectl that is installed, all against one API server of the class. Its
 * constructor takes the program and an {@link Office}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedClass(name = "{0}")
@MethodSource("io.lembos.apiserver.kubectl.Kubectl#installed")
@ExtendWith(Office.Opening.class)
@interface EveryKubectl {}
