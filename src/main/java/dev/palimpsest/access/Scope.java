package dev.palimpsest.access;

import java.util.Arrays;
import java.util.List;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

/**
 * What a caller may do: read; submit and change what is there; administer who may. Each holds those
 * before it.
 */
public enum Scope {
    READ,
    SUBMIT,
    ADMINISTER;

    /** This one and those that it holds, as Spring Security asks for them. */
    List<GrantedAuthority> authorities() {
        return Arrays.stream(values())
                .filter(scope -> scope.compareTo(this) <= 0)
                .<GrantedAuthority>map(scope -> new SimpleGrantedAuthority(scope.name()))
                .toList();
    }
}
