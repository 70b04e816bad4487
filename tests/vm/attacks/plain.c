// SPDX-License-Identifier: GPL-2.0-or-later
/* A program of root's, which does nothing of interest: what is of interest is what others get into it. */
int main(void)
{
	return 0;
}
