// Conditions over named fields. Each rule can tell by one token where it goes on, so that a fault names what was expected there.
grammar Filter;

options { caseInsensitive = true; }

filter : either EOF ;
choice : field (',' field)* EOF ;
order : sorted (',' sorted)* EOF ;
sorted : field (ASC | DESC)? ;

either : both (OR both)* ;
both : one (AND one)* ;
one : NOT one | '(' either ')' | field test ;
test
    : comparison value             # compared
    | NOT? (listed | matched)      # member
    | IS NOT? NULL                 # known
    ;
comparison : '=' | '!=' | '<' | '<=' | '>' | '>=' ;
listed : IN '(' value (',' value)* ')' ;
matched : (LIKE | ILIKE) value ;

field : name ('.' name)* ;
name : WORD | DOUBLE | BACK ;
value : SINGLE | DOUBLE | NUMBER | TRUE | FALSE ;

AND : 'and' ;
OR : 'or' ;
NOT : 'not' ;
IN : 'in' ;
LIKE : 'like' ;
ILIKE : 'ilike' ;
IS : 'is' ;
NULL : 'null' ;
TRUE : 'true' ;
FALSE : 'false' ;
ASC : 'asc' ;
DESC : 'desc' ;

NUMBER : '-'? [0-9]+ ('.' [0-9]+)? ('e' [+-]? [0-9]+)? ;
WORD : [a-z_] [a-z0-9_/-]* ;
SINGLE : '\'' (~['] | '\'\'')* '\'' ;
DOUBLE : '"' (~["] | '""')* '"' ;
BACK : '`' ~[`]* '`' ;
UNCLOSED : '\'' ~[']* | '"' ~["]* | '`' ~[`]* ;
SPACE : [ \t\r\n]+ -> skip ;
OTHER : . ;
