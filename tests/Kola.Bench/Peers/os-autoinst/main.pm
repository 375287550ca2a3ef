# What isotovideo starts with: the consoles of a machine, and the tests in their order.
use Mojo::Base -strict;
use testapi;
use autotest;
use distribution;

testapi::set_distribution(distribution->new);
$testapi::distri->add_console('root-virtio-terminal', 'virtio-terminal', {});
autotest::loadtest('tests/answers.pm');

1;
