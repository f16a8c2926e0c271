#!/usr/bin/env python3
"""Renders chat templates of every common form with Jinja as Hugging Face configures it.

Usage: render-templates.py > ../resources/dev/quern/verifier/chat/templates.json
Writes [{name, template, prompt | error}]: the prompt for the sample conversation of ChatMessage.
"""
import json
import sys

from jinja2 import TemplateError
from jinja2.ext import loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment

SAMPLE = [
    {"role": "system", "content": "Answer briefly."},
    {"role": "user", "content": " How many legs has a spider?"},
    {"role": "assistant", "content": "Eight."},
    {"role": "user", "content": "And an ant?"},
]
TOKENS = {"bos_token": "<s>", "eos_token": "</s>"}

TEMPLATES = {
    "marked turns": """{% for m in messages %}{{ '<|start|>' + m['role'] + '\\n' + m['content'] + '<|stop|>' + '\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|start|>assistant\\n' }}{% endif %}""",
    "instructions in brackets": """{%- if messages[0]['role'] == 'system' -%}
    {%- set turns = messages[1:] -%}
    {%- set rules = messages[0]['content'] -%}
{%- else -%}
    {%- set turns = messages -%}
    {%- set rules = false -%}
{%- endif -%}
{%- for turn in turns -%}
    {%- if (turn['role'] == 'user') != (loop.index0 % 2 == 0) -%}
        {{ raise_exception('turns must alternate') }}
    {%- endif -%}
    {%- if loop.index0 == 0 and rules != false -%}
        {%- set content = '<<RULES>>\\n' + rules + '\\n<</RULES>>\\n\\n' + turn['content'] -%}
    {%- else -%}
        {%- set content = turn['content'] -%}
    {%- endif -%}
    {%- if turn['role'] == 'user' -%}
        {{ bos_token + '[ASK] ' + content.strip() + ' [/ASK]' }}
    {%- elif turn['role'] == 'assistant' -%}
        {{ ' ' + content.strip() + ' ' + eos_token }}
    {%- endif -%}
{%- endfor -%}""",
    "headers and a date": """{{- bos_token }}
{%- if not date is defined %}
    {%- if strftime_now is defined %}
        {%- set date = strftime_now("%d %b %Y") %}
    {%- else %}
        {%- set date = "26 Jul 2024" %}
    {%- endif %}
{%- endif %}
{{- "[day " + date + "]\\n" }}
{%- for message in messages %}
    {{- '(' + message.role + ')\\n\\n' + message.content | trim + '~' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '(assistant)\\n\\n' }}
{%- endif %}
""",
    "namespace, tools and reversed messages": """{%- if tools %}
    {{- tools | tojson }}
{%- endif %}
{%- set ns = namespace(last=messages|length - 1, open=true) %}
{%- for message in messages[::-1] %}
    {%- set index = (messages|length - 1) - loop.index0 %}
    {%- if ns.open and message.role == "user" and message.content is string and not(message.content.startswith('<tool>') and message.content.endswith('</tool>')) %}
        {%- set ns.open = false %}
        {%- set ns.last = index %}
    {%- endif %}
{%- endfor %}
{%- for message in messages %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) %}
        {{- '<' + message.role + '>' + message.content + '</>' + '\\n' }}
    {%- elif message.role == "assistant" %}
        {%- set text = message.content.split('</think>')[-1].lstrip('\\n') %}
        {%- if loop.index0 > ns.last %}{{- 'late ' }}{%- endif %}
        {{- '<assistant>' + text + '</>' }}
    {%- endif %}
{%- endfor %}
{{- ns.last }}
""",
    "macro and ternary": """{% macro turn(role, text) %}[{{ role }}: {{ text|trim }}]{% endmacro %}
{% for m in messages %}
{{ turn('bot' if m.role == 'assistant' else m.role, m.content) }}
{% endfor %}
""",
    "a role renamed": """{{ bos_token }}{% for m in messages %}{% if m['role'] == 'system' %}{{ raise_exception('no system role') }}{% endif %}{% if m['role'] == 'assistant' %}{% set role = 'model' %}{% else %}{% set role = m['role'] %}{% endif %}{{ '<turn>' + role + '\\n' + m['content'] | trim + '<end>\\n' }}{% endfor %}{% if add_generation_prompt %}{{'<turn>model\\n'}}{% endif %}""",
    "lines that are kept": "{% for m in messages %}\n{{ m.role|upper }}: {{ m.content }}\n\n{% endfor %}\nend\n",
    "control of the loop": """{% for m in messages %}{% if m.role == 'assistant' %}{% continue %}{% endif %}{{ loop.index }}:{{ m.get('content') }};{{ m.get('name', 'nobody') }}{% if loop.last %}.{% endif %}{% endfor %}""",
    "a generation block": "{% for m in messages %}{% if m.role == 'assistant' %}{% generation %}{{ m.content }}{% endgeneration %}{% else %}{{ m.content }}|{% endif %}{% endfor %}",
    "tests and filters": "{{ messages is iterable }} {{ 'content' in messages[0] }} {{ messages[0] is mapping }} {{ nothing is defined }} {{ (messages | last).role }} {{ ['a', 'b'] | join('+') }} {{ 7 // 2 }} {{ 'x' ~ 1 }}".replace("{{ messages is iterable }} ", "{% if messages is iterable %}many{% endif %} ").replace("{{ 'content' in messages[0] }}", "{% if 'content' in messages[0] %}in{% endif %}").replace("{{ messages[0] is mapping }}", "{% if messages[0] is mapping %}map{% endif %}").replace("{{ nothing is defined }}", "{% if nothing is defined %}?{% endif %}"),
    "blanks between tags": "{% set a = 1 -%}\n    {% if a %}\n  x {{- a -}}  \n{# note -#}\n   {% endif +%}\n y {%+ if a %}z{% endif %}\n {# end #}\n{{ '%}' }}{{ {'k': 'v'}['k'] }}",
    "characters of a text": "{% for m in messages %}{{ m['role'][0] }}{{ m.content[-1] }}{{ m.role[loop.index0] }}{{ m['role'][0]|upper }}{% if m.role[0] == 'u' %}!{% endif %}{{ m.role[99] }}{{ m.role[-99] }}{% if not m.role[99] is defined %}?{% endif %}{% endfor %}{{ 'a\U0001f577b'[1] }}{{ 'a\U0001f577b'[2] }}{{ messages[0]['content'][1 + 1] }}",
    "parts of a text": "{% for m in messages %}{{ m.role[1:] }},{{ m.role[:3] }},{{ m.role[2:4] }},{{ m.content[:-1] }},{{ m.role[-2:] }};{% endfor %}",
    "not a template": "{% for m in messages %}{{ m.content }}",
}


def raise_exception(message):
    raise TemplateError(message)


def main():
    env = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols])
    env.filters["tojson"] = lambda x: json.dumps(x, ensure_ascii=False)
    env.globals["raise_exception"] = raise_exception
    env.globals["strftime_now"] = lambda form: form.replace("%d", "01").replace("%b", "Jan").replace("%Y", "2025")
    rows = []
    for name, template in TEMPLATES.items():
        row = {"name": name, "template": template}
        plain = template.replace("{% generation %}", "").replace("{% endgeneration %}", "")
        try:
            row["prompt"] = env.from_string(plain).render(messages=SAMPLE, add_generation_prompt=True, **TOKENS)
        except TemplateError:
            row["error"] = True
        rows.append(row)
    json.dump(rows, sys.stdout, indent=1, ensure_ascii=False)
    print()


main()
