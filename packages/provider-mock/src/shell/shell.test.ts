import { FakeClock } from '@vk/node/testing';
import { describe, expect, it } from 'vitest';
import { run, testContainer } from '../testing/test-container.ts';

describe('the shell of a mock container', () => {
  it.each([
    ['echo one two', 'one two\n'],
    ['echo \'a  b\' "c  $HOME" d\\ e', 'a  b c  /root d e\n'],
    ['X=5; echo "$X" ${X}px ${Y:-none} ${#X}', '5 5px none 1\n'],
    ['false || echo or; true && echo and; false && echo never; echo $?', 'or\nand\n1\n'],
    ['echo a; (exit 3); echo $?', 'a\n3\n'],
    ['echo hello | cat | wc -c', '6\n'],
    ['echo one > /tmp/f; echo two >> /tmp/f; cat < /tmp/f', 'one\ntwo\n'],
    ['ls /none 2>&1', 'ls: /none: No such file or directory\n'],
    ['ls /none 2>/dev/null; echo $?', '1\n'],
    ['for i in 1 2 3; do [ $i = 2 ] && continue; echo $i; done', '1\n3\n'],
    ['i=0; while [ $i -lt 3 ]; do i=$((i+1)); echo -n $i; done', '123'],
    ['if test -d /tmp; then echo dir; else echo none; fi', 'dir\n'],
    ['echo "$(echo inner | cat) and `echo back`"', 'inner and back\n'],
    ['set -- a "b c"; for w in "$@"; do echo "[$w]"; done; echo $#', '[a]\n[b c]\n2\n'],
    ['cd /tmp && touch b.txt a.txt c.log && echo *.txt "*.txt"', 'a.txt b.txt *.txt\n'],
    ['A=1 printenv A; printenv A; echo $?', '1\n1\n'],
    ['export B=2; sh -c "echo \\$B"; unset B; echo "<$B>"', '2\n<>\n'],
    ['cat <<EOF\nhome is $HOME\nEOF', 'home is /root\n'],
    ["cat <<'EOF'\nhome is $HOME\nEOF", 'home is $HOME\n'],
    ['! false && echo negated', 'negated\n'],
    ['f=a/b/c.txt; echo ${f##*/} ${f%.txt} ${f#*/}', 'c.txt a/b/c b/c.txt\n'],
    ['echo a b | { read x y; echo "$y $x"; }', 'b a\n'],
    ['printf "%s-%03d\\n" a 7 b 8', 'a-007\nb-008\n'],
    ['echo hello # a comment', 'hello\n'],
    ['cd /usr/bin; pwd; cd -; pwd', '/usr/bin\n/\n'],
    ['yes | head -n 2', 'y\ny\n'],
    ['cd /tmp && touch a1 b1 c1 && echo [ab]1 [!ab]1 "[ab]1" [a-b]? [z]', 'a1 b1 c1 [ab]1 a1 b1 [z]\n'],
    ['f=abcabc; echo ${f#*b} ${f##*b} ${f%b*} ${f%%b*} ${f#[xa]} ${f##*}', 'cabc c abca a bcabc\n'],
  ])('%s', async (script, stdout) => {
    expect(await run(testContainer(), script)).toMatchObject({ stdout });
  });

  it.each([
    ['a substitution without end', 'x=$(cat /dev/zero); echo never', 'sh: out of memory\n', 2],
    ['one through a pipe', 'x=$(cat /dev/zero | cat); echo never', 'sh: out of memory\n', 2],
    ['a text that doubles', 'x=0123456789; while true; do x=$x$x; done; echo never', 'sh: out of memory\n', 2],
    ['a line without end', 'head -n 1 /dev/zero', 'head: the line is too long\n', 1],
    ['a line without end for read', 'cat /dev/zero | read x; echo $?', 'sh: the line is too long\n', 0],
    ['an eval within itself', 'x=\'eval "$x"\'; eval "$x"; echo never', 'sh: too many commands within each other\n', 2],
    ['one in subshells', 'x=\'(eval "$x")\'; eval "$x"', 'sh: too many commands within each other\n', 2],
  ])('%s ends before it fills the memory of the process', async (_what, script, stderr, exitCode) => {
    expect(await run(testContainer(), script)).toMatchObject({ stderr, exitCode });
  });

  it('a program that starts itself again and again gets no more processes at some point', async () => {
    const machine = testContainer();
    const { stderr } = await run(machine, 'echo /tmp/self > /tmp/self; chmod 755 /tmp/self; /tmp/self');
    expect(stderr).toContain("can't fork: Resource temporarily unavailable");
    expect(machine.processes.list()).toEqual([]);
  });

  it('a program that writes without end to nowhere can be ended', async () => {
    const gone = new AbortController();
    setImmediate(() => gone.abort(new Error('the client is gone')));
    await expect(run(testContainer(), 'seq 1000000000 > /dev/null', undefined, gone.signal)).rejects.toThrow('gone');
  });

  it('a pattern of many stars is tried in reasonable time', async () => {
    const script = `x=${'a'.repeat(3_000)}; y=\${x##${'*a'.repeat(12)}b}; [ "$x" = "$y" ] && echo same`;
    expect(await run(testContainer(), script)).toMatchObject({ stdout: 'same\n' });
  });

  it.each([
    ['exit 3', 3],
    ['false', 1],
    ['true; false; true', 0],
    ['set -e; false; exit 9', 1],
    ['nosuchprogram', 127],
    ['touch /tmp/x; /tmp/x', 126],
    ['echo "unfinished', 2],
    ['kill -9 $$', 137],
  ])('%s exits with %i', async (script, exitCode) => {
    expect(await run(testContainer(), script)).toMatchObject({ exitCode });
  });

  it('says on stderr what it does not find, as a shell does', async () => {
    expect(await run(testContainer(), ['nosuchprogram', 'x'])).toEqual({
      exitCode: 127,
      stdout: '',
      stderr: 'sh: nosuchprogram: not found\n',
    });
  });

  it('refuses what it cannot do by name', async () => {
    const { exitCode, stderr } = await run(testContainer(), 'sleep 1 & echo never');
    expect([exitCode, stderr]).toEqual([2, 'sh: syntax error: background commands are not supported\n']);
  });

  it('reads a script from its standard input, and the programs in it read on from there', async () => {
    expect(
      await run(testContainer(), ['sh'], 'echo start\nread line\nthe line\nif true\nthen echo "$line"\nfi\n'),
    ).toEqual({
      exitCode: 0,
      stdout: 'start\nthe line\n',
      stderr: '',
    });
  });

  it('runs a script file that may be executed', async () => {
    const script = "printf 'echo $0 $1\\n' > /tmp/run.sh; chmod +x /tmp/run.sh; /tmp/run.sh x; sh /tmp/run.sh y";
    expect(await run(testContainer(), script)).toMatchObject({ stdout: '/tmp/run.sh x\n/tmp/run.sh y\n' });
  });

  it('another command can end one by its number', async () => {
    const container = testContainer();
    const sleeping = run(container, ['sleep', 'infinity']);
    expect(await run(container, 'kill 2; kill 99; kill 1')).toMatchObject({
      exitCode: 1,
      stderr: "kill: can't kill pid 99: No such process\nkill: can't kill pid 1: Operation not permitted\n",
    });
    expect(await sleeping).toMatchObject({ exitCode: 143 });
  });

  it('sleeps by the clock of the node', async () => {
    const clock = new FakeClock();
    const sleeping = run(testContainer({ clock }), 'sleep 90; echo woke');
    await clock.whenPending();
    await clock.advance(90_000);
    expect(await sleeping).toMatchObject({ stdout: 'woke\n' });
  });

  it('ends at once when nobody waits any more, also in a loop without end', async () => {
    const life = new AbortController();
    const running = run(testContainer(), 'while true; do :; done', undefined, life.signal);
    life.abort(new Error('gone'));
    await expect(running).rejects.toThrow('gone');
  });

  it('writes to the log of its container by the file of its main process', async () => {
    const container = testContainer();
    await run(container, 'echo noted > /proc/1/fd/1');
    expect(container.log.from(0).map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(['noted\n']);
  });
});
