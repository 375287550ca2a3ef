# Waits for the shell (see OsAutoinst.cs), runs a command, reboots, runs a command.
use Mojo::Base 'basetest', -signatures;
use testapi;

sub answer ($self) {
    wait_serial(qr/\Q$ENV{BENCH_READY}\E/, 600) or die 'there is no shell';
    wait_serial(qr/# /, 120) or die 'there is no prompt';
    type_string("$ENV{BENCH_COMMAND}\n");
    wait_serial(qr/\Q$ENV{BENCH_ANSWER}\E/, 120) or die 'the command was not answered';
}

sub run ($self) {
    select_console('root-virtio-terminal');
    $self->answer;
    type_string("systemctl reboot\n");
    $self->answer;
    # Nothing of it is kept.
    type_string("systemctl poweroff --force --force\n");
}

1;
