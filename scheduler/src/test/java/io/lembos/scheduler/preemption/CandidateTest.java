package io.lembos.scheduler.preemption;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Which of two candidates is taken: each criterion decides what those before it leave open. */
class CandidateTest {

    @Test
    void fewerViolationsOfBudgets() {
        assertBetter(candidate(0, victim(9, 0), victim(9, 0)), candidate(1, victim(1, 0)));
    }

    @Test
    void lowerHighestPriority() {
        assertBetter(candidate(0, victim(3, 0), victim(3, 0), victim(3, 0)), candidate(0, victim(4, 0)));
    }

    @Test
    void smallerSumOfPriorities() {
        assertBetter(candidate(0, victim(5, 0), victim(1, 0)), candidate(0, victim(5, 0), victim(2, 0)));
    }

    @Test
    void sumCountsNegativePrioritiesFromTheLeastOne() {
        assertBetter(candidate(0, victim(-1, 0)), candidate(0, victim(-1, 0), victim(-100, 0)));
    }

    @Test
    void sumDoesNotOverflow() {
        Victim greatest = victim(Integer.MAX_VALUE, 0);
        assertBetter(candidate(0, greatest, greatest), candidate(0, greatest, greatest, greatest));
    }

    @Test
    void fewerVictims() {
        int least = Integer.MIN_VALUE;
        assertBetter(candidate(0, victim(0, 0)), candidate(0, victim(0, 0), victim(least, 0)));
    }

    @Test
    void laterStartOfTheEarliestOfTheMostImportantVictims() {
        assertBetter(
                candidate(0, victim(5, -1), victim(5, -2), victim(1, -9)),
                candidate(0, victim(5, 0), victim(5, -3), victim(1, 0)));
    }

    @Test
    void whatIsEqualByAllIsEquallyGood() {
        assertThat(Candidate.BEST_FIRST.compare(
                        candidate(1, victim(5, -1), victim(1, 0)), candidate(1, victim(5, -1), victim(1, -4))))
                .isZero();
    }

    private static void assertBetter(Candidate better, Candidate worse) {
        assertThat(Candidate.BEST_FIRST.compare(better, worse)).isNegative();
        assertThat(Candidate.BEST_FIRST.compare(worse, better)).isPositive();
    }

    private static Candidate candidate(int violations, Victim... victims) {
        return new Candidate("n", List.of(victims), violations);
    }

    private static Victim victim(int priority, int hours) {
        return Cases.victim("v", priority, hours);
    }
}
