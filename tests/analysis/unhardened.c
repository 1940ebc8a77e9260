/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Made without any protection: the test of protections must miss each of them here. */
int
main (void)
{
  return 0;
}
