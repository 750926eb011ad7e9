package io.lembos.kubelet.cgroups;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CgroupLimitsTest {

    @ParameterizedTest
    @CsvSource({
        "0,      0,     2,      0",
        "0.25,   0,     256,    0",
        "0.001,  0,     2,      0",
        "0.1,    0,     102,    0",
        "1,      2,     1024,   200000",
        "0,      0.5,   512,    50000",
        "0.001,  0.001, 2,      1000",
        "1000,   0,     262144, 0",
        "0.0001, 0,     2,      0",
    })
    void cpuIsSharesAndQuota(BigDecimal request, BigDecimal limit, long shares, long quota) {
        CgroupLimits limits = CgroupLimits.of(request, limit, BigDecimal.ZERO);

        assertThat(limits.cpuShares()).isEqualTo(shares);
        assertThat(limits.cpuQuotaMicros()).isEqualTo(quota);
    }

    @ParameterizedTest
    @CsvSource({"2, 1", "1024, 100", "262144, 10000", "102, 17", "512, 59"})
    void weightFollowsFromShares(long shares, long weight) {
        assertThat(new CgroupLimits(shares, 0, 0).cpuWeight()).isEqualTo(weight);
    }

    @Test
    void memoryIsBytes() {
        assertThat(CgroupLimits.of(BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.valueOf(4096))
                        .memoryBytes())
                .isEqualTo(4096);
    }
}
