package plot

// Style is the style sheet of all pictures. A picture in a file of its own has it inside; a page has it once.
const Style = `.plot{--paper:#fff;--ink:#1d2733;--soft:#5a6776;--grid:#e4e8ed;--axis:#9aa5b1;
--c0:#0067b8;--c1:#c24a00;--c2:#007a5a;--c3:#8a3f8f;--c4:#946a00;--c5:#2b8fc9;--c6:#b0243c;--c7:#55606e;
font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif;font-size:12px;background:var(--paper)}
@media (prefers-color-scheme:dark){.plot{--paper:#12171d;--ink:#e6ebf0;--soft:#9fabb8;--grid:#27303a;--axis:#5d6a78;
--c0:#5ab0f2;--c1:#f28e4b;--c2:#3fc79a;--c3:#d08ad6;--c4:#e0b545;--c5:#8fd0f5;--c6:#f47c8e;--c7:#a9b4c0}}
@media print{.plot{--paper:#fff;--ink:#000;--soft:#333;--grid:#ddd;--axis:#777;
--c0:#0067b8;--c1:#c24a00;--c2:#007a5a;--c3:#8a3f8f;--c4:#946a00;--c5:#2b8fc9;--c6:#b0243c;--c7:#55606e}}
.plot text{fill:var(--ink)}.plot .title{font-size:15px;font-weight:600}.plot .note,.plot .tick{fill:var(--soft);font-size:11px}
.plot .grid{stroke:var(--grid)}.plot .axis{stroke:var(--axis)}.plot .paper{fill:var(--paper)}
.plot .line{fill:none;stroke-width:2;stroke-linejoin:round}.plot .band{stroke:none;fill-opacity:.17}
.plot .theory{fill:none;stroke:var(--soft);stroke-width:1.5;stroke-dasharray:5 4}.plot .bar{stroke-width:1.5}
.plot .t1{stroke-dasharray:2 3}.plot .t2{stroke-dasharray:9 3 2 3}.plot .join{fill:none;stroke-width:1;stroke-opacity:.5}
.plot .dot{stroke:var(--paper);stroke-width:1}.plot .edge{stroke:var(--axis);stroke-opacity:.35;stroke-width:.6}
.plot .link{stroke:var(--axis);stroke-width:1.2;fill:none}.plot .stale{fill:var(--paper);stroke-width:1.5;stroke-dasharray:3 2}
.plot .s0{stroke:var(--c0)}.plot .s1{stroke:var(--c1)}.plot .s2{stroke:var(--c2)}.plot .s3{stroke:var(--c3)}
.plot .s4{stroke:var(--c4)}.plot .s5{stroke:var(--c5)}.plot .s6{stroke:var(--c6)}.plot .s7{stroke:var(--c7)}
.plot .f0{fill:var(--c0)}.plot .f1{fill:var(--c1)}.plot .f2{fill:var(--c2)}.plot .f3{fill:var(--c3)}
.plot .f4{fill:var(--c4)}.plot .f5{fill:var(--c5)}.plot .f6{fill:var(--c6)}.plot .f7{fill:var(--c7)}
`

// colours is how many there are; further series begin again.
const colours = 8

// dashes is how many ways there are to draw a theory.
const dashes = 3
